// A title that opens and closes what stands below it.
import { Collapse, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './disclosure.module.css'

interface DisclosureProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
  readonly children: ReactNode
}

/** The title as a button, and below it its content while it is open. */
export function Disclosure({ title, isOpen, onToggle, children }: DisclosureProps) {
  return (
    <>
      <UnstyledButton className={classes.disclosure} aria-expanded={isOpen} onClick={() => onToggle(!isOpen)}>
        {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        {title}
      </UnstyledButton>
      <Collapse expanded={isOpen}>{children}</Collapse>
    </>
  )
}
