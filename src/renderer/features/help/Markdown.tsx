// Text of the repository's documents as elements of the screen; what it is made of is read by marked, and nothing in it runs.
import { Code, Table } from '@mantine/core'
import type { Token, Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'
import { anchorOf, findPage } from './manual'
import classes from './manual.module.css'
import { showHelp, type HelpTopic } from '../../kernel/dialogs/help'

const images = import.meta.glob<string>('../../../../docs/screenshots/*.png', {
  eager: true,
  query: '?url',
  import: 'default',
})

/** The page that a link of a document leads to; undefined for whatever lies outside of the manual. */
function topicOf(href: string): HelpTopic | undefined {
  const anchor = href.slice(href.indexOf('#') + 1)
  const topic = href.includes('#') ? (`manual:${anchorOf(anchor)}` as const) : undefined
  return topic !== undefined && findPage(topic) ? topic : undefined
}

function Link({ token }: { readonly token: Tokens.Link }) {
  const topic = topicOf(token.href)
  const text = <Inline tokens={token.tokens} />
  // Nothing outside is opened from here: documents for builders lie in the repository.
  if (topic === undefined) return text
  return (
    <button type="button" className={classes.link} onClick={() => showHelp(topic)}>
      {text}
    </button>
  )
}

function Image({ token }: { readonly token: Tokens.Image }) {
  const source = images[`../../../../docs/${token.href}`]
  return source === undefined ? null : <img className={classes.image} src={source} alt={token.text} />
}

/** A line of text with what is emphasised, linked or code in it. */
function InlineToken({ token }: { readonly token: Token }): ReactNode {
  switch (token.type) {
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      )
    case 'codespan':
      return <Code>{(token as Tokens.Codespan).text}</Code>
    case 'link':
      return <Link token={token as Tokens.Link} />
    case 'image':
      return <Image token={token as Tokens.Image} />
    case 'br':
      return <br />
    default:
      return 'tokens' in token && token.tokens ? <Inline tokens={token.tokens} /> : printText(token)
  }
}

function printText(token: Token): string {
  return 'text' in token && typeof token['text'] === 'string' ? token['text'] : token.raw
}

function Inline({ tokens = [] }: { readonly tokens?: readonly Token[] }): ReactNode {
  return tokens.map((token, index) => (
    <Fragment key={index}>
      <InlineToken token={token} />
    </Fragment>
  ))
}

function MarkdownTable({ token: { header, rows } }: { readonly token: Tokens.Table }) {
  return (
    <div className={classes.table}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {header.map(({ tokens }, index) => (
              <Table.Th key={index}>
                <Inline tokens={tokens} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            <Table.Tr key={row}>
              {cells.map(({ tokens }, index) => (
                <Table.Td key={index}>
                  <Inline tokens={tokens} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function MarkdownList({ token: { items, ordered } }: { readonly token: Tokens.List }) {
  const List = ordered ? 'ol' : 'ul'
  return (
    <List>
      {items.map((item, index) => (
        <li key={index}>
          <Markdown tokens={item.tokens} />
        </li>
      ))}
    </List>
  )
}

function BlockToken({ token }: { readonly token: Token }): ReactNode {
  switch (token.type) {
    case 'space':
    case 'html':
    case 'hr':
      return null
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      )
    case 'code':
      return <Code block>{(token as Tokens.Code).text}</Code>
    case 'table':
      return <MarkdownTable token={token as Tokens.Table} />
    case 'list':
      return <MarkdownList token={token as Tokens.List} />
    case 'blockquote':
      return <Markdown tokens={token.tokens ?? []} />
    default:
      return <InlineToken token={token} />
  }
}

/** Paragraphs, lists, tables, code and images of a page. */
export function Markdown({ tokens }: { readonly tokens: readonly Token[] }): ReactNode {
  return tokens.map((token, index) => (
    <Fragment key={index}>
      <BlockToken token={token} />
    </Fragment>
  ))
}
