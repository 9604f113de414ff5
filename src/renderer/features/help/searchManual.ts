// Finding pages of the manual by words; not which pages there are (manual.ts).
import MiniSearch from 'minisearch'
import { manualPages, type ManualPage } from './manual'

const byTopic = new Map<string, ManualPage>(manualPages.map((page) => [page.topic, page]))

let index: MiniSearch<ManualPage> | undefined

/** Made at the first search: it reads every page. */
function openIndex(): MiniSearch<ManualPage> {
  if (index) return index
  index = new MiniSearch<ManualPage>({
    idField: 'topic',
    fields: ['title', 'words', 'text'],
    searchOptions: { boost: { title: 4, words: 2 }, prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false) },
  })
  index.addAll([...byTopic.values()])
  return index
}

/** The pages that hold every word of the search, the best first; beginnings of words and single typing errors count too. */
export function searchManual(query: string): readonly ManualPage[] {
  const search = openIndex()
  const every = search.search(query, { combineWith: 'AND' })
  // Words of a question ("how do I ...") stand on no page together.
  const found = every.length > 0 ? every : search.search(query)
  return found.flatMap(({ id }) => byTopic.get(String(id)) ?? []).slice(0, 40)
}
