// Looking up in tables by names that come from outside, where `constructor` must not find what every object has.

/** The entry of a table under a name, only where the table itself has it: `{}` has no entry `constructor`. */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
