// A note in the text that says what is wrong or worth knowing; not a message that comes and goes (notifications).
import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './notice.module.css'

const icons = { error: IconAlertCircle, warning: IconAlertTriangle, info: IconInfoCircle } as const

export interface NoticeProps {
  readonly tone: keyof typeof icons
  readonly title?: string
  readonly children?: ReactNode
}

/** An icon, a title and what there is to say or do. */
export function Notice({ tone, title, children }: NoticeProps) {
  const Icon = icons[tone]
  return (
    <div className={styles.notice} data-tone={tone}>
      <Icon size={16} aria-hidden />
      <div>
        {title !== undefined && <p className={styles.noticeTitle}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
