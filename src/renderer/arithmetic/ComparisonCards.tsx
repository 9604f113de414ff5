// The comparisons as cards of the start page; what they show stands in ComparisonDialog.tsx.
import { UnstyledButton } from '@mantine/core'
import { comparisons } from '../../shared/comparisons/index'
import classes from './arithmetic.module.css'
import { openArithmetic } from './arithmeticStore'

/** One card per comparison, and one for the convolution stage. */
export function ComparisonCards() {
  return (
    <section aria-labelledby="comparisons" className={classes.cardSection}>
      <h2 id="comparisons">See the arithmetic</h2>
      <div className={classes.cards}>
        <UnstyledButton className={classes.card} onClick={() => openArithmetic({ kind: 'stage', layer: null })}>
          <strong>Step through a convolution</strong>
          <span>A kernel over your own picture or the lectures’ matrices, position by position.</span>
        </UnstyledButton>
        {comparisons.map(({ id, title, left, right }) => (
          <UnstyledButton key={id} className={classes.card} onClick={() => openArithmetic({ kind: 'comparison', id })}>
            <strong>{title}</strong>
            <span>
              {left.title} beside {right.title.charAt(0).toLowerCase()}
              {right.title.slice(1)}.
            </span>
          </UnstyledButton>
        ))}
      </div>
    </section>
  )
}
