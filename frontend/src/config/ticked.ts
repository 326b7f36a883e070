/** Several of a few, each ticked or not. */
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const isTicked = (chosen: readonly string[], value: string): boolean =>
  chosen.some((found) => same(found, value));

/**
 * What is chosen once `value` is ticked, or no longer. It takes its place in the order of the options, unless somebody
 * wrote down another order: then it comes last.
 */
export function toggled(chosen: readonly string[], value: string, options: readonly string[]): string[] {
  if (isTicked(chosen, value)) return chosen.filter((found) => !same(found, value));
  const place = (name: string): number => options.findIndex((option) => same(option, name));
  const isInOrder = chosen.every((name, index) => index === 0 || place(chosen[index - 1] ?? "") <= place(name));
  const next = [...chosen, value];
  return isInOrder ? next.sort((one, other) => place(one) - place(other)) : next;
}
