import { render } from "lit";
import { ribbon } from "@/elements/ribbon";

it("lays stretches out by their share of the steps and says them in words", () => {
  const place = document.createElement("div");
  const stretches = [
    { phase: "base", start_step: 0, end_step: 50 },
    { phase: "rl", start_step: 50, end_step: 200 },
  ];
  render(ribbon({ stretches, span: 200, hz: 50 }), place);
  const parts = [...place.querySelectorAll<HTMLElement>(".stretch")];
  expect(parts.map((part) => [part.style.left, part.style.width])).toEqual([
    ["0.000%", "25.000%"],
    ["25.000%", "75.000%"],
  ]);
  expect(place.firstElementChild?.getAttribute("aria-label")).toBe(
    "BASE for 1.0 s from 0.0 s; RL for 3.0 s from 1.0 s",
  );
});
