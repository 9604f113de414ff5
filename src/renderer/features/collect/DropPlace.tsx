// A part of the window that files and folders can be dropped on; what becomes of them is for those who show it.
import { useState, type DragEvent, type FocusEventHandler, type KeyboardEventHandler, type ReactNode } from 'react'
import { readTransfer, type Given } from './droppedFiles'
import styles from './collect.module.css'

export interface DropPlaceProps {
  readonly className: string | undefined
  readonly label: string
  readonly children: ReactNode
  readonly isActive?: boolean
  readonly onGiven: (given: Given) => void
  readonly onFocus?: FocusEventHandler
  readonly onKeyDown?: KeyboardEventHandler
  /** Something else than files comes over it. @returns whether it may be dropped */
  readonly onOther?: (event: DragEvent, isDrop: boolean) => boolean
}

/** The part, marked while something is over it. */
export function DropPlace(props: DropPlaceProps) {
  const { className, label, children, isActive, onGiven, onFocus, onKeyDown, onOther } = props
  const [isOver, setOver] = useState(false)
  const accepts = (event: DragEvent, isDrop: boolean): boolean =>
    event.dataTransfer.types.includes('Files') || (onOther?.(event, isDrop) ?? false)
  return (
    <section aria-label={label} className={styles.place}>
      <div
        role="presentation"
        className={className}
        data-over={isOver || undefined}
        data-active={isActive || undefined}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onDragOver={(event) => {
          if (!accepts(event, false)) return
          event.preventDefault()
          event.stopPropagation()
          setOver(true)
        }}
        onDragLeave={(event) => {
          if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
            setOver(false)
        }}
        onDrop={(event) => {
          setOver(false)
          if (!accepts(event, true)) return
          event.preventDefault()
          event.stopPropagation()
          if (event.dataTransfer.types.includes('Files')) void readTransfer(event.dataTransfer).then(onGiven)
        }}
      >
        {children}
      </div>
    </section>
  )
}
