// Choosing a picture: a file, one that is dropped or pasted, or one of the dataset in use; not what is done with it.
import { Alert, Button, Loader, UnstyledButton } from '@mantine/core'
import { IconPhotoUp } from '@tabler/icons-react'
import { useEffect, useRef, useState, type DragEvent } from 'react'
import { client, messageOf } from '../state/client'
import { useUiStore } from '../state/uiStore'
import classes from './arithmetic.module.css'
import { largestSide, readBase64Picture, readPicture, type StagePicture } from './pictureValues'

/** Pictures of a dataset that are offered. */
const offeredPictures = 12
/** Where no dataset is in use: shapes that need no download. */
const builtinReference = 'builtin:shapes'

type DatasetPicture = Awaited<ReturnType<typeof client.datasets.pictures>>['pictures'][number]

/** The dataset in use, or the built-in shapes. */
function useReference() {
  const chosen = useUiStore((state) => state.datasetReference)
  const options = useUiStore((state) => state.datasetOptions)
  return { reference: chosen ?? builtinReference, options: chosen === null ? {} : options }
}

/** The first pictures of the dataset; null while they are fetched. */
function useDatasetPictures(): { readonly pictures: readonly DatasetPicture[] | null; readonly error: string | null } {
  const { reference, options } = useReference()
  const [answer, setAnswer] = useState<{ pictures: readonly DatasetPicture[]; error: string | null } | null>(null)
  useEffect(() => {
    let isOver = false
    const fetchPictures = async (): Promise<void> => {
      const request = { reference, options, from: 0, count: offeredPictures, size: largestSide }
      const test = await client.datasets.pictures({ ...request, split: 'test' })
      const found = test.pictures.length > 0 ? test : await client.datasets.pictures({ ...request, split: 'train' })
      if (!isOver) setAnswer({ pictures: found.pictures, error: null })
    }
    fetchPictures().catch((error: unknown) => {
      if (!isOver) setAnswer({ pictures: [], error: messageOf(error) })
    })
    return () => {
      isOver = true
    }
  }, [reference, options])
  return { pictures: answer?.pictures ?? null, error: answer?.error ?? null }
}

export interface PictureChooserProps {
  readonly picture: StagePicture | null
  readonly onChoose: (picture: StagePicture) => void
}

function pictureOf(data: DataTransfer | null): File | undefined {
  return Array.from(data?.files ?? []).find((file) => file.type.startsWith('image/'))
}

/** Takes a picture that is pasted anywhere in the window. */
function usePaste(take: (file: File) => void): void {
  const latest = useRef(take)
  useEffect(() => {
    latest.current = take
  })
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = pictureOf(event.clipboardData)
      if (!file) return
      event.preventDefault()
      latest.current(file)
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [])
}

function FileField({ name, take }: { readonly name: string | undefined; readonly take: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent): void => {
    setOver(false)
    const file = pictureOf(event.dataTransfer)
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    take(file)
  }
  return (
    <>
      <Button
        variant="default"
        fullWidth
        data-over={isOver || undefined}
        className={classes.drop}
        leftSection={<IconPhotoUp size={15} aria-hidden />}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {name === undefined ? 'Choose, drop or paste' : name}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label="Picture"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) take(file)
        }}
      />
    </>
  )
}

/** The chooser; where there is no picture yet, the first one of the dataset is taken. */
export function PictureChooser({ picture, onChoose }: PictureChooserProps) {
  const [error, setError] = useState<string | null>(null)
  const { pictures, error: datasetError } = useDatasetPictures()
  const finish = (work: Promise<StagePicture>): void => {
    work.then(
      (read) => {
        setError(null)
        onChoose(read)
      },
      (failure: unknown) => setError(messageOf(failure)),
    )
  }
  const take = (file: File): void => finish(readPicture(file, file.name))
  const takeFromDataset = ({ png, name }: DatasetPicture): void => {
    if (png !== null) finish(readBase64Picture(png, name))
  }
  usePaste(take)
  const latest = useRef(takeFromDataset)
  useEffect(() => {
    latest.current = takeFromDataset
  })
  const hasPicture = picture !== null
  useEffect(() => {
    const first = pictures?.find(({ png }) => png !== null)
    if (!hasPicture && first) latest.current(first)
  }, [hasPicture, pictures])
  return (
    <div className={classes.chooser}>
      <FileField name={picture?.name} take={take} />
      {(error ?? datasetError) !== null && (
        <Alert color="red" p={8}>
          {error ?? datasetError}
        </Alert>
      )}
      {pictures === null && <Loader size="xs" aria-label="Fetching pictures" />}
      {pictures !== null && (
        <fieldset className={classes.thumbnails} aria-label="Pictures of the dataset">
          {pictures.map((each) =>
            each.png === null ? null : (
              <UnstyledButton
                key={each.index}
                className={classes.thumbnail}
                aria-label={`Take ${each.name}`}
                aria-pressed={picture?.base64 === each.png}
                onClick={() => takeFromDataset(each)}
              >
                <img src={`data:image/png;base64,${each.png}`} alt="" />
              </UnstyledButton>
            ),
          )}
        </fieldset>
      )}
    </div>
  )
}
