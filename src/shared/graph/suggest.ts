// "Did you mean": the known name nearest to a misspelt one; not the messages around it.

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
function countTypingErrors(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(substitution, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The known name that differs from `name` by the fewest typing errors, case apart; undefined where none is near
 * (at most one error in three letters, at least one allowed).
 */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > 60) return undefined
  const allowed = Math.max(1, Math.floor(name.length / 3))
  let best: string | undefined
  let bestErrors = allowed + 1
  for (const candidate of known) {
    const errors = countTypingErrors(name.toLowerCase(), candidate.toLowerCase())
    if (errors < bestErrors) {
      best = candidate
      bestErrors = errors
    }
  }
  return best
}
