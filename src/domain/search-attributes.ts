/** What operators can search alert workflows by; registered at start, in the form that Temporal's SDK takes keys. */
export const SEARCH_ATTRIBUTES = {
  ticker: { name: 'AlertTicker', type: 'KEYWORD' },
  condition: { name: 'AlertCondition', type: 'KEYWORD' },
  target: { name: 'AlertTarget', type: 'DOUBLE' },
  owner: { name: 'AlertOwner', type: 'KEYWORD' },
  status: { name: 'AlertStatus', type: 'KEYWORD' },
} as const;
