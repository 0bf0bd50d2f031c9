import { OTHER, type MetricDefinition } from './metric-definition.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Labels as they may be recorded: exactly the declared names; a value outside a closed list counts as `other`.
 *
 * @throws TypeError on a missing or undeclared label: a fault of the code, found by the first test that runs it.
 */
export const checkedLabels = (name: string, definition: MetricDefinition, labels: Labels): Labels => {
  const declared = Object.keys(definition.labels);
  const given = Object.keys(labels);
  if (given.length !== declared.length || given.some((label) => !declared.includes(label))) {
    throw new TypeError(`${name} takes the labels [${declared.join(', ')}], not [${given.join(', ')}]`);
  }
  return Object.fromEntries(
    declared.map((label) => {
      const allowed = definition.labels[label];
      const value = labels[label] ?? '';
      return [label, allowed === 'open' || allowed?.includes(value) ? value : OTHER];
    }),
  );
};

/** Beyond so many spellings they are checked one by one: what falls under `other` has no bound. */
const MOST_REMEMBERED = 1_000;

/** `checkedLabels` for what is recorded again and again: equal labels are one object, and are checked once. */
export const rememberLabels = (name: string, definition: MetricDefinition): ((labels: Labels) => Labels) => {
  const bySpelling = new Map<string, Labels>();
  const series = new Map<string, Labels>();
  return (labels) => {
    const spelling = JSON.stringify(labels);
    const known = bySpelling.get(spelling);
    if (known !== undefined) return known;
    const checked = checkedLabels(name, definition, labels);
    const key = JSON.stringify(checked);
    const one = series.get(key) ?? checked;
    series.set(key, one);
    if (bySpelling.size < MOST_REMEMBERED) bySpelling.set(spelling, one);
    return one;
  };
};

/** Every combination of labels whose values are closed lists; none when a label is open. */
export const closedLabelSets = (definition: MetricDefinition): readonly Labels[] =>
  Object.entries(definition.labels).reduce<readonly Labels[]>(
    (sets, [label, values]) =>
      values === 'open' ? [] : sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
