import { catalogue, PAGES, speaker, wordsOf } from "../../frontend/words";

const en = catalogue("en");

describe("what a source can say", () => {
  it("is a key in full", () => {
    expect(speaker('t("phase.base")')("phase.base")).toBe(true);
    expect(speaker('t("phase.base")')("phase.rl")).toBe(false);
  });

  it("is all that begins as a key made at run time", () => {
    const says = speaker(["t(`phase_help.$", "{name}` as Key)"].join(""));
    expect(says("phase_help.rl")).toBe(true);
    expect(says("phase.rl")).toBe(false);
  });

  it("is a family asked for by a part", () => {
    expect(speaker('word("ending", how)')("ending.dropped")).toBe(true);
  });

  it("is everything when the family itself is made at run time", () => {
    expect(speaker("word(name, value)")("ending.dropped")).toBe(true);
  });
});

describe("a page's sentences", () => {
  it("are those of its elements, of what comes later, and of the frame round every page", () => {
    const own = wordsOf("cell", en);
    for (const key of ["do.take_over", "phase.human", "tune.beta", "stop.help"])
      expect(own).toHaveProperty([key]);
    expect(own).not.toHaveProperty(["admin.add_robot"]);
  });

  it.each(PAGES)("%s can say what stops the robots", (page) => {
    expect(wordsOf(page, en)).toHaveProperty(["stop.help"]);
  });
});
