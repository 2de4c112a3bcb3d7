import type { Robot } from "@/api/types";
import { topSpeeds } from "@/elements/limit_list";

it("says the limits of a control period as speeds", () => {
  const spec = { action_limit: [0.002, 0.002, 0.001, 0.01, 0.01, 0.02], control_hz: 50 };
  const found = topSpeeds({ spec } as unknown as Robot);
  expect(found?.mmPerS).toBeCloseTo(100);
  expect(found?.degreesPerS).toBeCloseTo(57.3, 1);
});

it("says nothing of a robot that was never connected", () => {
  expect(topSpeeds({ spec: {} } as Robot)).toBeNull();
});
