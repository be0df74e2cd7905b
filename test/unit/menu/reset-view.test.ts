import { expect, it } from "vitest";
import { DEFAULT_DISPLAY } from "../../../src/menu/display.ts";
import { resetView } from "../../../src/menu/reset-view.ts";

it("a reset that a boot carries out has the menu's screen, with nothing to choose, in the person's language", () => {
  const footer = "Holdfast";
  const progress = { step: "Erasing", done: 2, of: 5, fraction: 0.5 };
  const english = resetView(progress, { display: DEFAULT_DISPLAY, footer });
  expect(english).toMatchObject({ screen: "progress", title: "Resetting", items: [], footer });
  expect(english.progress).toEqual({ text: "Step 3 of 5: Erasing", fraction: 0.5 });
  const german = resetView(progress, { display: { ...DEFAULT_DISPLAY, locale: "de" }, footer });
  expect(german.progress?.text).toMatch(/^Schritt 3 von 5/);
  expect(resetView(null, { display: DEFAULT_DISPLAY, footer }).progress).toEqual({
    text: "Starting ...",
    fraction: null,
  });
});
