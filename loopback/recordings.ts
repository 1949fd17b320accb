/** What an operation was held against, beside its own tests. */
export const recordings = {
  histories:
    'Executions recorded from AWS in LocalStack’s validated suite (localstack/localstack 8b9a79f): 194 played, event by event, all as recorded; 34 others need JSONPath, EXPRESS or services that are not here',
  'states-api':
    'The answers of Step Functions’ API recorded in the same suite: 98 tests, 261 answers; what differed is mended, what is left is JSONPath and EXPRESS, refused by name',
  'test-state':
    'The answers of TestState recorded in the same suite: the 52 of JSONata states without services that are not here, all as recorded',
  patterns:
    'AWS’s own event patterns: 156 templates with their refusals, and 40 000 random patterns and events against aws/event-ruler, over the wire as well',
  'events-api': 'The answers of EventBridge recorded in the same suite: 75 tests, 109 answers',
  'cloudwatch-api': 'The answers of CloudWatch recorded in the same suite, each in query, JSON and CBOR: 133 tests',
  'sns-api': 'The answers of SNS recorded in the same suite: 56 tests, of which most need what is refused by name here',
  'lambda-api': 'Names, qualifiers and errors of Invoke recorded in the same suite: 44 cases',
  cli: 'AWS’s command line, an old and a new one where the machine has them',
} as const;

export type Recording = keyof typeof recordings;
