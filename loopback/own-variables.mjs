/**
 * Makes `process.env` of this thread the one of whichever function runs; that of the thread itself, which it returns, where none does.
 * @param {() => Record<string, string | undefined> | undefined} current
 * @returns {Record<string, string | undefined>}
 */
export function ownVariables(current) {
  const outside = { ...process.env };
  const variables = () => current() ?? outside;
  process.env = new Proxy(/** @type {NodeJS.ProcessEnv} */ ({}), {
    get: (_, name) => variables()[String(name)],
    has: (_, name) => name in variables(),
    ownKeys: () => Reflect.ownKeys(variables()),
    getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(variables(), name),
    set: (_, name, value) => Reflect.set(variables(), name, String(value)),
    deleteProperty: (_, name) => Reflect.deleteProperty(variables(), name),
  });
  return outside;
}
