import type { View } from "../menu/view.ts";
import { type Line, lineOf } from "./line.ts";
import { printable, wrap } from "./words.ts";

type Fact = View["facts"][number];

const GAP = 2;

function cell(fact: Fact, labelWidth: number): string {
  return `${printable(fact.label).padEnd(labelWidth + GAP)}${printable(fact.value)}`;
}

function wrapped(fact: Fact, labelWidth: number, width: number): Line[] {
  const indent = " ".repeat(labelWidth + GAP);
  const values = wrap(printable(fact.value), Math.max(8, width - indent.length));
  return values.map((value, index) =>
    lineOf(index === 0 ? cell({ ...fact, value }, labelWidth) : `${indent}${value}`),
  );
}

/** Label and value lines; two short ones share a line where the terminal is wide enough. */
export function factLines(facts: readonly Fact[], width: number): Line[] {
  const labelWidth = Math.max(0, ...facts.map((fact) => fact.label.length));
  const half = Math.floor(width / 2) - GAP;
  const lines: Line[] = [];
  for (let index = 0; index < facts.length; index++) {
    const [fact, next] = facts.slice(index, index + 2);
    if (fact === undefined) break;
    const [left, right] = [fact, next].map((each) => each && cell(each, labelWidth));
    if (left !== undefined && right !== undefined && left.length <= half && right.length <= half) {
      lines.push(lineOf(left.padEnd(half + GAP) + right));
      index++;
    } else lines.push(...wrapped(fact, labelWidth, width));
  }
  return lines;
}
