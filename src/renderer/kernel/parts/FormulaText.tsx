// A formula as text in which `_` sets the next word below the line; not which formulas there are.
import { Fragment } from 'react'

/** The parts of a formula: plain text and indices, in turn. */
function splitIndices(text: string): readonly { readonly plain: string; readonly index: string }[] {
  return Array.from(text.matchAll(/([^_]*)(?:_(\p{L}+|\d+))?/gu), ([, plain = '', index = '']) => ({
    plain,
    index,
  })).filter(({ plain, index }) => plain !== '' || index !== '')
}

/** `C_in` with a small "in". */
export function FormulaText({ children }: { readonly children: string }) {
  return splitIndices(children).map(({ plain, index }, place) => (
    <Fragment key={place}>
      {plain}
      {index !== '' && <sub>{index}</sub>}
    </Fragment>
  ))
}
