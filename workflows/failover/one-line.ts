/** JSONata for whatever it is, as part of one line: a cause is what somebody else wrote. */
export const oneLine = (expression: string): string => `$replace($string(${expression}), /[\\s\\u0085\\u001b]+/, ' ')`;
