// A part of a side panel, set apart from the one above by a line.
import type { ReactNode } from 'react'
import classes from './panelSection.module.css'

/** The part, named for screen readers; nothing is seen of one without content. */
export function PanelSection({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={label}>
      {children}
    </section>
  )
}
