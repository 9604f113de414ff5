// What stands in fields of the recipe and is no value: the recipe keeps the last sound one, and no training starts with it unseen.
import { createStore } from 'zustand/vanilla'

/** By field: `Epochs: Must be 1 or more.` */
export const recipeDrafts = createStore<{ readonly problems: ReadonlyMap<string, string> }>()(() => ({
  problems: new Map(),
}))

/** Says what is wrong with what stands in a field; null: nothing, or the field is gone. */
export function noteDraft(field: string, problem: string | null): void {
  const { problems } = recipeDrafts.getState()
  if ((problems.get(field) ?? null) === problem) return
  const next = new Map(problems)
  if (problem === null) next.delete(field)
  else next.set(field, problem)
  recipeDrafts.setState({ problems: next })
}
