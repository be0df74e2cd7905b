import type { Screen } from "../item.ts";
import { text } from "../texts.ts";

/** A reset under way. There is nothing to choose: it ends by itself. */
export const progress: Screen = {
  id: "progress",
  title: () => text("progress.title"),
  banner: () => ({ tone: "info", text: text("progress.banner"), technical: null }),
  items: () => [],
};
