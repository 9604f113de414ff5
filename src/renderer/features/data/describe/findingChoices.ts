// The ways to deal with each kind of finding; not showing or doing them.
import type { Contradiction } from '../../../../shared/datasets/dataset'
import type { FindingAction } from './FindingActions'

/** The same image in several classes: one of the classes for all, none of them, or all as they are. */
export function contradictionActions({ images }: Contradiction): readonly FindingAction[] {
  const files = images.map(({ file }) => file)
  const classes = [...new Set(images.map((image) => image.class))]
  return [
    ...classes.map((to): FindingAction => ({ title: `All are ${to}`, files, change: { kind: 'relabel', to } })),
    { title: 'Leave all of them out', files, change: { kind: 'leaveOut' } },
    { title: 'Keep as they are', files, change: { kind: 'keep' } },
  ]
}

/** The same image in several splits: used once, not at all, or as it is. */
export function duplicateActions(files: readonly string[]): readonly FindingAction[] {
  const [first = '', ...others] = files
  return [
    { title: `Leave all but ${first} out`, files: others, change: { kind: 'leaveOut' } },
    { title: 'Leave all of them out', files, change: { kind: 'leaveOut' } },
    { title: 'Keep as they are', files, change: { kind: 'keep' } },
  ]
}

/** All copies but the first of each group. */
export function leaveCopiesOut(groups: readonly (readonly string[])[]): FindingAction {
  const files = groups.flatMap((group) => group.slice(1))
  return { title: 'Leave all but the first of each out', files, change: { kind: 'leaveOut' } }
}
