// The pages of the manual: the repository's documents cut at their headings, and a page for every layer; not their looks (Markdown.tsx).
import { lexer, type Token } from 'marked'
import experiments from '../../../../docs/experiments.md?raw'
import manual from '../../../../docs/manual.md?raw'
import problems from '../../../../docs/problems.md?raw'
import { errorCodes, type ErrorCode } from '../../../shared/graph/errors'
import type { NodeDefinition } from '../../../shared/layers/define'
import { nodeDefinitions } from '../../../shared/layers/index'
import { hintCodes } from '../../../shared/network/findHints'
import type { HelpTopic } from '../../kernel/dialogs/help'
import { readFields } from '../../kernel/forms/fieldForms'

/** One page: what stands below one heading. */
export interface ManualPage {
  readonly topic: HelpTopic
  readonly chapter: string
  readonly title: string
  /** Other words that it is looked for by. */
  readonly words: string
  readonly tokens: readonly Token[]
  /** The same without its looks, for the search. */
  readonly text: string
}

/** The anchor of a heading, as it is linked to inside the documents. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

/** The headings of a document with what follows them up to the next one; what stands before the first is left out. */
function cutAtHeadings(markdown: string): readonly { readonly title: string; readonly tokens: readonly Token[] }[] {
  const parts: { title: string; tokens: Token[] }[] = []
  for (const token of lexer(markdown)) {
    if (token.type === 'heading' && token['depth'] > 1) parts.push({ title: String(token['text']), tokens: [] })
    else parts.at(-1)?.tokens.push(token)
  }
  return parts.filter(({ tokens }) => tokens.some(({ type }) => type !== 'space'))
}

function plainText(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw).join('\n')
}

function readChapter(chapter: string, markdown: string): readonly ManualPage[] {
  return cutAtHeadings(markdown).map(({ title, tokens }) => {
    const topic = `manual:${anchorOf(title)}` as const
    return { topic, chapter, title: title.replaceAll('`', ''), words: '', tokens, text: plainText(tokens) }
  })
}

const isCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text)

/** Other words for a message; undefined for what is no code of one. Hints are named `hint.` and their code. */
function wordsOf(code: string): string | undefined {
  if (isCode(code)) return errorCodes[code]
  const hint = Object.entries(hintCodes).find(([name]) => code === `hint.${name}`)
  return hint?.[1]
}

/** The messages, by the codes that their pages begin with. */
function readProblems(markdown: string): readonly ManualPage[] {
  return cutAtHeadings(markdown).flatMap(({ title, tokens }) => {
    const text = plainText(tokens)
    const code = /^`([^`]+)`\./.exec(text.trim())?.[1] ?? ''
    const words = wordsOf(code)
    if (words === undefined) return []
    return [{ topic: `problem:${code}` as const, chapter: 'Messages', title, words, tokens, text }]
  })
}

/** A value as a person would write it: `3x3` for a pair. */
function printDefault(value: unknown): string {
  if (Array.isArray(value)) return value.join('x')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** Doc, parameters and source of a layer or block, as its own definition states them. */
function writeLayer({ doc, params, source }: NodeDefinition): string {
  const rows = readFields(params).map(({ title, help = '', unit, isOptional, fallback }) => {
    const start = isOptional && fallback !== undefined ? printDefault(fallback) : ''
    return `| ${title}${unit === undefined ? '' : ` (${unit})`} | ${help.replaceAll('|', '\\|')} | ${start} |`
  })
  const table = rows.length > 0 ? `\n\n| parameter | is | left out |\n| --- | --- | --- |\n${rows.join('\n')}` : ''
  return `${doc}${table}\n\nSource: ${source}.`
}

function layerPages(): readonly ManualPage[] {
  return nodeDefinitions.map((definition) => {
    const text = writeLayer(definition)
    return {
      topic: `layer:${definition.type}` as const,
      chapter: 'Layers and blocks',
      title: definition.title,
      words: `${definition.keywords.join(' ')} ${definition.type}`,
      tokens: lexer(text),
      text,
    }
  })
}

/** All pages, in the order of the manual. */
export const manualPages: readonly ManualPage[] = [
  ...readChapter('Manual', manual),
  ...readChapter('Experiments', experiments),
  ...layerPages(),
  ...readProblems(problems),
]

const pages = new Map<string, ManualPage>()
// Two headings of one name: the first is meant, as in the documents themselves.
for (const page of manualPages) if (!pages.has(page.topic)) pages.set(page.topic, page)

/** The page of a topic; undefined where there is none, as for blocks that a person made. */
export function findPage(topic: string): ManualPage | undefined {
  return pages.get(topic)
}
