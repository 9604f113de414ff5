// The licences of what others have written, as the build has gathered them; not the gathering.
import { Modal, Skeleton, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Notice } from '../../kernel/parts/Notice'
import classes from './NoticesDialog.module.css'

/** @throws Error where the file is not there */
async function readNotices(): Promise<string> {
  const answer = await fetch(new URL('notices.txt', document.baseURI))
  if (!answer.ok) throw new Error(`notices.txt is missing beside the screen (${answer.status}).`)
  return answer.text()
}

/** The third-party notices in a dialog. */
export function NoticesDialog({ onClose }: { readonly onClose: () => void }) {
  const { data, error } = useQuery({ queryKey: ['notices'], queryFn: readNotices })
  return (
    <Modal opened onClose={onClose} title="Third-party notices" size="xl">
      {error ? <Notice tone="error">{error.message}</Notice> : null}
      {!data && !error ? <Skeleton height={400} /> : null}
      {data ? (
        // A field scrolls by keys, and its text can be searched and copied.
        <Textarea readOnly rows={26} aria-label="Licences" value={data} classNames={{ input: classes.text }} />
      ) : null}
    </Modal>
  )
}
