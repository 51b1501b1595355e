import {
  backBounds,
  holdsSomewhere,
  holdsThroughout,
  isBackSomewhere,
  isCrossing,
  RULE_CONDITIONS,
  type Rule,
  type RuleCondition,
} from '../../src/domain/rule';

const rule = (condition: RuleCondition, ...bounds: [number] | [number, number]): Rule => ({
  ...{ metric: 'price', condition, bounds, forMs: 0 },
  ...{ repeat: null, activeHours: null, tellsEnd: true },
});
const at = (low: number, high = low) => ({ low, high });

describe('holdsSomewhere and holdsThroughout', () => {
  test.each<[RuleCondition, number[], [number, number], boolean, boolean]>([
    ['gt', [10], [10, 10], false, false],
    ['gt', [10], [9, 11], true, false],
    ['gt', [10], [11, 12], true, true],
    ['crosses_above', [10], [10, 11], true, false],
    ['lt', [10], [10, 10], false, false],
    ['lt', [10], [9, 11], true, false],
    ['crosses_below', [10], [8, 9], true, true],
    // The ends of a range belong to it.
    ['enters', [10, 20], [10, 10], true, true],
    ['enters', [10, 20], [5, 9], false, false],
    ['enters', [10, 20], [5, 25], true, false],
    ['enters', [10, 20], [12, 20], true, true],
    ['leaves', [10, 20], [10, 20], false, false],
    ['leaves', [10, 20], [9, 15], true, false],
    ['leaves', [10, 20], [5, 25], true, false],
    ['leaves', [10, 20], [21, 25], true, true],
  ])('%s %j in %j: %s, %s', (condition, bounds, [low, high], somewhere, throughout) => {
    const made = rule(condition, ...(bounds as [number]));
    expect(holdsSomewhere(made, at(low, high))).toBe(somewhere);
    expect(holdsThroughout(made, at(low, high))).toBe(throughout);
  });
});

describe('isBackSomewhere(rule, distance, extent)', () => {
  test.each<[RuleCondition, number[], number, [number, number], boolean]>([
    ['gt', [10], 0, [10, 12], true],
    ['gt', [10], 1, [9.5, 12], false],
    ['crosses_above', [10], 1, [9, 12], true],
    ['crosses_below', [10], 1, [8, 10.5], false],
    ['lt', [10], 1, [8, 11], true],
    ['enters', [10, 20], 2, [8, 15], false],
    ['enters', [10, 20], 2, [7.9, 15], true],
    ['enters', [10, 20], 2, [15, 22.1], true],
    ['leaves', [10, 20], 2, [21, 25], false],
    ['leaves', [10, 20], 2, [18, 25], true],
    ['leaves', [10, 20], 2, [5, 11.9], false],
  ])('%s %j by %d in %j: %s', (condition, bounds, distance, [low, high], expected) => {
    expect(isBackSomewhere(rule(condition, ...(bounds as [number])), distance, at(low, high))).toBe(expected);
  });

  it('wants no more of a range than a tick can well meet', () => {
    const narrow = rule('leaves', 10, 20);
    expect(backBounds(narrow, 100)).toEqual([12.5, 17.5]);
    expect(isBackSomewhere(narrow, 100, at(13))).toBe(true);
  });
});

test.each(RULE_CONDITIONS)('%s never holds where the metric is back', (condition) => {
  const made = rule(condition, 10, 20);
  for (let value = 0; value <= 30; value += 0.5) {
    if (isBackSomewhere(made, 0, at(value))) expect(holdsSomewhere(made, at(value))).toBe(false);
    else expect(holdsThroughout(made, at(value))).toBe(true);
  }
});

test('isCrossing: what comes true by getting there', () => {
  expect(RULE_CONDITIONS.filter((condition) => isCrossing({ condition }))).toEqual([
    ...['crosses_above', 'crosses_below', 'enters', 'leaves'],
  ]);
});
