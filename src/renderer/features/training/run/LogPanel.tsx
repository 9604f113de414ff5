// What happened during a run, line by line, the newest in view unless the reader has scrolled back.
import { Box, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { LogLine } from '../follow/runProgress'
import classes from '../training.module.css'

/** The log; nothing where it is empty. */
export function LogPanel({ lines }: { readonly lines: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    if (lines.length > 0 && isAtEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [lines])
  if (lines.length === 0) return null
  return (
    <section className={classes.log} aria-label="Log">
      <Box
        ref={box}
        className={classes.logBox}
        role="log"
        tabIndex={0}
        aria-label="Log of the run"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight >= scrollHeight - 8
        }}
      >
        {lines.map(({ number, tone, text }) => (
          <Text key={number} size="xs" className={classes.logLine} data-tone={tone}>
            {text}
          </Text>
        ))}
      </Box>
    </section>
  )
}
