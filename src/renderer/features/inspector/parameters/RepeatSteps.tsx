// One block more or one fewer in a row, beside the field of their number.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconMinus, IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import own from './repeatSteps.module.css'

interface RepeatStepsProps {
  readonly count: number
  readonly least?: number
  readonly most?: number
  readonly onChange: (count: number) => void
  /** The field between the buttons. */
  readonly children: ReactNode
}

/** Minus, the field, plus. */
export function RepeatSteps({ count, least = 1, most = Infinity, onChange, children }: RepeatStepsProps) {
  return (
    <div className={own.repeat}>
      <Tooltip label="One block fewer">
        <ActionIcon aria-label="One block fewer" disabled={count <= least} onClick={() => onChange(count - 1)}>
          <IconMinus size={14} />
        </ActionIcon>
      </Tooltip>
      {children}
      <Tooltip label="One block more">
        <ActionIcon aria-label="One block more" disabled={count >= most} onClick={() => onChange(count + 1)}>
          <IconPlus size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
