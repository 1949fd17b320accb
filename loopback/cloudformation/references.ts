/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
export const pseudoParameters = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
] as const;

/** `${Name}` and `${Name.Attribute}`; `${!Literal}` stands for itself. */
export const substitutions = /\$\{([^!}][^}]*)\}/g;

/** The names that a value refers to by `Ref`, `Fn::GetAtt` and `Fn::Sub`, each as often as it stands there. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref' && typeof argument === 'string') return [argument];
    if (key === 'Fn::GetAtt') return [attributeOf(argument).id];
    if (key === 'Fn::Sub') return substituted(argument);
    return referencesIn(argument);
  });
}

/** Both forms: `["Id", "Attribute"]` and `"Id.Attribute"`. */
export function attributeOf(argument: unknown): { readonly id: string; readonly attribute: string } {
  const [id, attribute] = Array.isArray(argument) ? argument : splitOnce(String(argument));
  return { id: String(id), attribute: String(attribute) };
}

export function splitOnce(text: string): readonly [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

function substituted(argument: unknown): string[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const names = [...String(text).matchAll(substitutions)].map(([, name = '']) => splitOnce(name)[0]);
  const own = Object.keys((variables ?? {}) as object);
  return [...names.filter((name) => !own.includes(name)), ...referencesIn(variables)];
}
