// Every error that the source raises, as both doors say it: on a screen no flag or command, on the command line what to write.
// @vitest-environment happy-dom
import { createElement } from 'react'
import { MantineProvider } from '@mantine/core'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainByCommand } from '../../src/main/cli/waysByCommand'
import { describeError } from '../../src/main/process/sentErrors'
import { FailureText } from '../../src/renderer/kernel/failures/FailureText'
import { findWaysOn } from '../../src/renderer/kernel/failures/failureWays'
import { withScreenShapes } from '../../src/renderer/kernel/print/printFacts'
import { offerScreenWays } from '../../src/renderer/shell/failures/screenWays'
import { errorCodes, NetloomError, waysOut, type ErrorCode, type WayOut } from '../../src/shared/graph/errors'
import { readSource } from './readSource'

/** What only a command line has. */
const command =
  /(?<![\w-])--[a-z][\w-]*|\bnetloom (?!is|does|has|was|itself)[a-z]+\b|\b(?:npm|npx) [a-z]|`[^`]*\bnetloom\b[^`]*`/u

interface Raised {
  readonly where: string
  readonly code: ErrorCode
  readonly text: string
  readonly way: WayOut | undefined
}

/** The end of a call's arguments, strings skipped. @param from behind the opening bracket */
function endOfCall(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const sign = text[at] ?? ''
    if ('\'"`'.includes(sign)) {
      for (at++; at < text.length && text[at] !== sign; at++) if (text[at] === '\\') at++
    } else if (sign === '(') depth++
    else if (sign === ')' && --depth === 0) return at
  }
  return text.length
}

const literal = /'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/gu

/** The texts of a piece of source, what is put into them as an X. */
function literalsOf(source: string): string[] {
  return Array.from(source.matchAll(literal), ([, plain, template]) =>
    (plain ?? template ?? '').replaceAll(/\$\{[^}]*\}/gu, 'X'),
  )
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text)
}

const source = readSource().filter(
  ({ path }) => !/\.test\.tsx?$/.test(path) && !/^src\/main\/(?:cli|bench)\//.test(path),
)

/** Every place where an error or an issue is made: its code, all that its arguments say, its way out. */
const raised: readonly Raised[] = source.flatMap(({ path, text }) =>
  Array.from(text.matchAll(/\b\w+\(\s*(?:[\w.]+,\s*){0,3}'([a-z]+(?:\.[a-zA-Z]+)?)'\s*,/gu)).flatMap((found) => {
    const code = found[1] ?? ''
    if (!isCode(code)) return []
    const start = found.index + found[0].indexOf('(') + 1
    const call = text.slice(start, endOfCall(text, start))
    const line = text.slice(0, found.index).split('\n').length
    const way = waysOut.find((each) => new RegExp(`\\bway: '${each}'`).test(call))
    const texts = literalsOf(call).filter((each) => !isCode(each) && each !== way)
    return [{ where: `${path}:${line}`, code, text: texts.join(' '), way }]
  }),
)

/** What a person reads of each failure, all drawn at once: a provider is slow. */
function render(errors: readonly unknown[]): readonly string[] {
  const rows = errors.map((error, index) =>
    createElement('section', { key: index }, createElement(FailureText, { error })),
  )
  const html = renderToStaticMarkup(createElement(MantineProvider, null, rows))
  return Array.from(html.matchAll(/<section>([\s\S]*?)<\/section>/gu), ([, row = '']) =>
    row.replaceAll(/<style[\s\S]*?<\/style>|<[^>]*>/gu, ' '),
  )
}

/** Details that make every way show all that it has. */
const details = { path: '/runs/a/log.txt', received: 'lenet5', expected: ['train', 'val', 'test'] }

describe('every error of the catalogue', () => {
  let end = (): void => {}
  beforeAll(() => {
    end = offerScreenWays()
  })
  afterAll(() => end())

  it('is found where it is raised', () => {
    expect(raised.length).toBeGreaterThan(250)
    const known = new Set(raised.map(({ code }) => code))
    const missing = Object.keys(errorCodes).filter((code) => !known.has(code as ErrorCode)) // keys of the catalogue
    expect(missing.length, missing.join(', ')).toBeLessThan(20)
  })

  it('names no flag and no command on a screen, nor does a button', () => {
    const all = [
      ...raised,
      ...Object.keys(errorCodes).flatMap((code) =>
        [undefined, ...waysOut].map((way) => ({ where: code, code: code as ErrorCode, text: 'It failed.', way })),
      ),
    ]
    const rows = render(
      all.map(({ code, text, way }) => describeError(new NetloomError(code, text, { ...details, way }))),
    )
    const telling = all.flatMap(({ where, text }, index) => {
      const shown = rows[index] ?? ''
      expect(shown, where).toContain(
        withScreenShapes(text)
          .slice(0, 12)
          .replaceAll(/[&<>"'].*/gu, ''),
      )
      const found = command.exec(shown)
      return found ? [`${where}: ${found[0]} in ${shown.trim()}`] : []
    })
    expect(telling).toEqual([])
  })

  it('is told whole by the command line', () => {
    for (const { where, code, text, way } of raised)
      expect(explainByCommand(new NetloomError(code, text, { way })), where).toContain(text)
  })

  it('has a button for every way out that is stated', () => {
    for (const way of waysOut) {
      const error = describeError(new NetloomError('engine.failed', 'It failed.', { ...details, way }))
      if (way !== 'repair') expect(findWaysOn(error).length, way).toBeGreaterThan(0)
    }
  })
})
