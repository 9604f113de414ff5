// The manual: its pages to the left, searched or by chapter, and one of them to the right.
import { Code, Modal, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { closeHelp, showHelp, type HelpTopic } from '../../kernel/dialogs/help'
import { Markdown } from './Markdown'
import classes from './manual.module.css'
import { findPage, manualPages, type ManualPage } from './manual'
import { searchManual } from './searchManual'

/** Arrows go through the pages from the search field; Enter there opens the first. */
function stepPages(event: KeyboardEvent<HTMLElement>): void {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
  const step = steps[event.key]
  if (step === undefined) return
  const stops = [...(event.currentTarget.closest('nav')?.querySelectorAll<HTMLElement>('input, button') ?? [])]
  const next = stops[stops.indexOf(event.currentTarget) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

function PageButton({ page, isOpen }: { readonly page: ManualPage; readonly isOpen: boolean }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isOpen) button.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  return (
    <UnstyledButton
      ref={button}
      className={classes.page}
      aria-current={isOpen ? 'page' : undefined}
      onClick={() => showHelp(page.topic)}
      onKeyDown={stepPages}
    >
      {page.title}
    </UnstyledButton>
  )
}

/** The pages below the headings of their chapters, in the order in which they are given. */
function PageList({ pages, topic }: { readonly pages: readonly ManualPage[]; readonly topic: HelpTopic }) {
  const chapters = new Map<string, ManualPage[]>()
  for (const page of pages) chapters.set(page.chapter, [...(chapters.get(page.chapter) ?? []), page])
  return Array.from(chapters, ([chapter, inside]) => (
    <section key={chapter} aria-label={chapter}>
      <Text component="h3" className={classes.chapter}>
        {chapter}
      </Text>
      {inside.map((page) => (
        <PageButton key={page.topic} page={page} isOpen={page.topic === topic} />
      ))}
    </section>
  ))
}

function PageView({ topic }: { readonly topic: HelpTopic }) {
  const page = findPage(topic)
  const article = useRef<HTMLElement>(null)
  useEffect(() => {
    article.current?.scrollIntoView({ block: 'start' })
    // The link that led here went with the page that it stood on.
    if (document.activeElement === document.body) article.current?.focus({ preventScroll: true })
  }, [])
  const code = topic.startsWith('problem:') ? topic.slice('problem:'.length) : undefined
  return (
    <article ref={article} tabIndex={-1} className={classes.article} aria-label={page?.title ?? 'No page'}>
      {page ? (
        <>
          <Text component="h2" className={classes.title}>
            {page.title}
          </Text>
          <Markdown tokens={page.tokens} />
        </>
      ) : (
        <p>
          The manual has no page on {code === undefined ? 'this' : <Code>{code}</Code>}. Search for a word of it on the
          left.
        </p>
      )}
    </article>
  )
}

/** The manual, opened at a page. */
export function ManualDialog({ topic }: { readonly topic: HelpTopic }) {
  const [query, setQuery] = useState('')
  const pages = useMemo(() => (query.trim() === '' ? manualPages : searchManual(query)), [query])
  return (
    <Modal opened onClose={closeHelp} title="Manual" size={1080} classNames={{ body: classes.body }}>
      <nav className={classes.contents} aria-label="Pages of the manual">
        <TextInput
          type="search"
          size="xs"
          data-autofocus
          aria-label="Search the manual"
          placeholder="Search the manual"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = pages
            stepPages(event)
            if (event.key === 'Enter' && query.trim() !== '' && first) showHelp(first.topic)
          }}
        />
        <ScrollArea className={classes.pages} viewportProps={{ tabIndex: -1 }}>
          <PageList pages={pages} topic={topic} />
          {pages.length === 0 && <p className={classes.nothing}>No page holds these words.</p>}
        </ScrollArea>
      </nav>
      <ScrollArea className={classes.view} viewportProps={{ tabIndex: 0 }}>
        <PageView key={topic} topic={topic} />
      </ScrollArea>
    </Modal>
  )
}
