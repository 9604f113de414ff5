// Problems of one kind with their images and the figure for which each was found; some at a time.
import { Button, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { splitNames, type SplitName } from '../../../../shared/datasets/dataset'
import type { FoundImage, LabelFigures as Figures, Problem } from '../../../../shared/datasets/quality/problems'
import { explainProblem } from '../../../../shared/datasets/quality/problemWords'
import { printCount, printShare } from '../../../../shared/graph/printNumbers'
import { ImageView, type SmallImage } from '../../../kernel/images/ImageTile'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { withScreenShapes } from '../../../kernel/print/printFacts'
import { queries } from '../../../kernel/queries/queryClient'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import styles from './quality.module.css'

/** Problems that are shown at a time, and images of a group. */
export const problemsPerPage = 48
const mostImages = 8
const side = 96
/** Room for a class and its probability below a single image. */
const tileWidth = 132

/** The small images of some problems, asked for split by split. */
function useThumbnails(chosen: DatasetChosen, problems: readonly Problem[]) {
  const wanted = useMemo(() => {
    const images = problems.flatMap((problem) => problem.images.slice(0, mostImages))
    return splitNames.flatMap((split) => {
      const indices = [...new Set(images.filter((image) => image.split === split).map(({ index }) => index))]
      return indices.length === 0 ? [] : [{ split, indices: indices.slice(0, 500) }]
    })
  }, [problems])
  const answers = useQueries({
    queries: wanted.map(({ split, indices }) =>
      queries.datasets.images.queryOptions({
        input: { ...chosen, split, from: 0, count: indices.length, indices, size: 2 * side },
      }),
    ),
  })
  const known = new Map<string, SmallImage>()
  answers.forEach(({ data }, at) => {
    for (const image of data?.images ?? []) known.set(`${wanted[at]?.split} ${image.index}`, image)
  })
  return (split: SplitName, index: number): SmallImage | undefined => known.get(`${split} ${index}`)
}

export interface ProblemListProps {
  readonly chosen: DatasetChosen
  readonly title: string
  readonly problems: readonly Problem[]
  /** Files of the images that are chosen. */
  readonly picked: ReadonlySet<string>
  readonly onPick: (file: string) => void
}

interface PageProps extends Omit<ProblemListProps, 'title'> {
  readonly hasSplits: boolean
}

function Tile({
  image,
  thumbnail,
  isPicked,
  onPick,
  hasSplit,
}: {
  readonly image: FoundImage
  readonly thumbnail: SmallImage | undefined
  readonly isPicked: boolean
  readonly onPick: () => void
  readonly hasSplit: boolean
}) {
  const split = splitTitles[image.split]
  return (
    <button
      type="button"
      className={styles.tile}
      aria-pressed={isPicked}
      aria-label={`${image.file}, ${image.class}, ${split}`}
      title={image.file}
      onClick={onPick}
    >
      <ImageView image={thumbnail} side={side} />
      <span className={styles.class}>{hasSplit ? `${image.class} · ${split}` : image.class}</span>
    </button>
  )
}

/** The suggested class first: it is what a person looks for. */
function LabelFigures({ figures: { given, suggested, probability } }: { readonly figures: Figures }) {
  return (
    <>
      <b className={styles.suggestion}>
        {suggested} {printShare(probability)}
      </b>
      as given {printShare(given)}
    </>
  )
}

function Page({ chosen, problems, picked, onPick, hasSplits }: PageProps) {
  const thumbnailOf = useThumbnails(chosen, problems)
  return problems.map((problem) => {
    const { images } = problem
    const why = withScreenShapes(explainProblem(problem))
    const rest = images.length - mostImages
    return (
      <li
        key={images.map(({ file }) => file).join('\n')}
        className={styles.problem}
        style={{ width: images.length === 1 ? tileWidth : Math.min(images.length, 4) * (side + 12) }}
      >
        <div className={styles.images}>
          {images.slice(0, mostImages).map((image) => (
            <Tile
              key={image.file}
              image={image}
              thumbnail={thumbnailOf(image.split, image.index)}
              isPicked={picked.has(image.file)}
              onPick={() => onPick(image.file)}
              hasSplit={hasSplits && images.length > 1}
            />
          ))}
        </div>
        <p className={styles.why}>
          {problem.figures.form === 'label' ? <LabelFigures figures={problem.figures} /> : why}
          {rest > 0 && `; ${printCount(rest)} more not shown`}
        </p>
      </li>
    )
  })
}

/** The first pages of a list, and a button for the next. */
export function ProblemList({
  pages,
  onMore,
  ...props
}: ProblemListProps & { readonly pages: number; readonly onMore: () => void }) {
  const { title, problems } = props
  const hasSplits = new Set(problems.flatMap(({ images }) => images.map(({ split }) => split))).size > 1
  const shown = Math.min(problems.length, pages * problemsPerPage)
  return (
    <>
      <ul className={styles.list} aria-label={title}>
        {Array.from({ length: Math.ceil(shown / problemsPerPage) }, (_, page) => (
          <Page
            key={page}
            {...props}
            problems={problems.slice(page * problemsPerPage, (page + 1) * problemsPerPage)}
            hasSplits={hasSplits}
          />
        ))}
      </ul>
      {shown < problems.length && (
        <Button size="compact-sm" variant="default" className={styles.more} onClick={onMore}>
          Show {printCount(Math.min(problemsPerPage, problems.length - shown))} more of {printCount(problems.length)}
        </Button>
      )}
      {problems.length === 0 && (
        <Text size="sm" c="dimmed" p="md">
          None left of this kind.
        </Text>
      )}
    </>
  )
}
