// A parameter's value as a person reads it; not its field (the inspector).

/** `3`, `3×3`, `on`, `same-upper`. */
export function printParam(value: unknown): string {
  if (Array.isArray(value)) return value.join('×')
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
