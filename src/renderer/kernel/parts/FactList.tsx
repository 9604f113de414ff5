// Facts as a list of names and values, in panels and dialogs.
import { Fragment, type ReactNode } from 'react'
import classes from './factList.module.css'

/** A name and its value; the exact value is the tooltip of a short one. */
export interface Fact {
  readonly name: string
  readonly value: ReactNode
  readonly tooltip?: string
  readonly isCode?: boolean
}

/** Facts as a list of names and values. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value, tooltip, isCode }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd title={tooltip} className={isCode ? classes.code : undefined}>
            {value}
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}
