// A failure as every screen shows it: the core's own words, and each way on as a button.
import { Button, Group } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { messageOf, plainErrorOf } from '../core/client'
import { HelpLink } from '../parts/HelpLink'
import { withScreenShapes } from '../print/printFacts'
import { findWaysOn, type WayOn } from './failureWays'
import classes from './failureText.module.css'

export interface FailureTextProps {
  readonly error: unknown
  /** Ways on that only this place knows; they stand first. */
  readonly ways?: readonly WayOn[]
  /** Called when a way on was taken, as to put the message away. */
  readonly onTaken?: () => void
  /** Fields or buttons of this place. */
  readonly children?: ReactNode
}

/** The text, what this place has for it, and the buttons. */
export function FailureText({ error, ways = [], onTaken, children }: FailureTextProps) {
  // A way on may fail in its turn, and has its own ways on then.
  const [next, setNext] = useState<unknown>(null)
  const shown = next ?? error
  const all = [...(next === null ? ways : []), ...findWaysOn(shown)]
  const code = plainErrorOf(shown)?.code
  const take = async (way: WayOn): Promise<void> => {
    try {
      await way.run()
      onTaken?.()
    } catch (failure) {
      setNext(failure)
    }
  }
  return (
    <>
      <span className={classes.text}>{withScreenShapes(typeof shown === 'string' ? shown : messageOf(shown))}</span>
      {children}
      {(all.length > 0 || code !== undefined) && (
        <Group gap={8} mt={8}>
          {all.map((way) => (
            <Button key={way.label} size="compact-xs" variant="default" onClick={() => void take(way)}>
              {way.label}
            </Button>
          ))}
          {code !== undefined && <HelpLink topic={`problem:${code}`} subject="this message" />}
        </Group>
      )}
    </>
  )
}
