// The ways into the arithmetic from the start page: the stage and the comparisons; what they show stands in their own files.
import { UnstyledButton } from '@mantine/core'
import { IconColumns2, IconPlayerPlay, type Icon } from '@tabler/icons-react'
import { comparisons } from '../../../../shared/lectures/comparisons/index'
import classes from './comparisons.module.css'
import { openArithmetic, type ArithmeticWindow } from '../../../session/view/arithmeticStore'

function Entry({
  icon: EntryIcon,
  title,
  opens,
}: {
  readonly icon: Icon
  readonly title: string
  readonly opens: ArithmeticWindow
}) {
  return (
    <li>
      <UnstyledButton className={classes.startEntry} onClick={() => openArithmetic(opens)}>
        <EntryIcon size={16} stroke={1.5} aria-hidden />
        {title}
      </UnstyledButton>
    </li>
  )
}

/** One line for the stage, and one per comparison. */
export function ComparisonList() {
  return (
    <section aria-labelledby="comparisons" className={classes.startList}>
      <h2 id="comparisons">See the arithmetic</h2>
      <ul>
        <Entry icon={IconPlayerPlay} title="Step through a convolution" opens={{ kind: 'stage', layer: null }} />
        {comparisons.map(({ id, title }) => (
          <Entry key={id} icon={IconColumns2} title={title} opens={{ kind: 'comparison', id }} />
        ))}
      </ul>
    </section>
  )
}
