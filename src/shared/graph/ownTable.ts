// A schema for tables whose keys are names from outside: also `__proto__`, which zod's own records leave out.
import { z } from 'zod'

/** A table of such keys and values; what comes out has every key of its own. */
export function ownTable<Value>(
  key: z.ZodType<string>,
  value: z.ZodType<Value>,
): z.ZodType<Readonly<Record<string, Value>>> {
  const entries = z.array(z.tuple([key, value]))
  return z.custom<Readonly<Record<string, Value>>>().transform((table, context) => {
    const isTable = typeof table === 'object' && table !== null && !Array.isArray(table)
    const parsed = entries.safeParse(isTable ? Object.entries(table) : undefined)
    if (parsed.success) return Object.fromEntries(parsed.data)
    for (const { message, path } of parsed.error.issues) {
      const at = typeof path[0] === 'number' ? [Object.keys(table)[path[0]] ?? ''] : []
      context.addIssue({ code: 'custom', message, path: at })
    }
    return z.NEVER
  })
}
