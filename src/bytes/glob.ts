/**
 * Whether `text` matches a shell pattern: "*", "?", "[abc]" and "[a-z]", as systemd-boot matches ids. The time
 * it takes is at most the product of both lengths, whatever the pattern: it comes from a variable that
 * anybody may have written.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.match(/\[\]?[^\]]*\]|\*+|./gsu) ?? [];
  const letters = [...text];
  let [part, letter, star, resume] = [0, 0, -1, 0];
  while (letter < letters.length) {
    if (parts[part]?.startsWith("*")) {
      [star, resume] = [part++, letter];
    } else if (matchesOne(parts[part], letters[letter] ?? "")) {
      part++;
      letter++;
    } else if (star >= 0) {
      // The last star takes one letter more.
      [part, letter] = [star + 1, ++resume];
    } else return false;
  }
  return parts.slice(part).every((rest) => rest.startsWith("*"));
}

function matchesOne(part: string | undefined, letter: string): boolean {
  if (part === undefined) return false;
  if (part === "?") return true;
  return part.length > 2 && part.startsWith("[") ? inSet(part.slice(1, -1), letter) : part === letter;
}

function inSet(set: string, letter: string): boolean {
  const ranges = set.match(/.-.|./gsu) ?? [];
  return ranges.some((range) => {
    const [from = "", dash, to] = [...range];
    return dash === "-" && to !== undefined ? from <= letter && letter <= to : range.includes(letter);
  });
}
