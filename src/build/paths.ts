import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, whatever the working directory is. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where build steps keep what they can make again: stripped Node, unpacked kernels. */
export const CACHE = join(PROJECT, ".cache");

/** Where `npm run build` leaves its results; those for another architecture in a folder of its name. */
export const DIST = join(PROJECT, "dist");
