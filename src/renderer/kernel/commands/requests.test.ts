// Requests between parts of the screen: who answers, when, and that none is lost or answered twice.
import { expect, it, vi } from 'vitest'
import { answerRequests, request } from './requests'

it('hands a request to the part that answers it, until that part ends', () => {
  const show = vi.fn<(run: string) => void>()
  const end = answerRequests({ 'training.showRun': show })
  request('training.showRun', '/runs/1')
  expect(show.mock.calls).toEqual([['/runs/1']])
  end()
  request('training.showRun', '/runs/2')
  expect(show).toHaveBeenCalledTimes(1)
  // The next one to answer takes what waited.
  const later = vi.fn<(run: string) => void>()
  answerRequests({ 'training.showRun': later })()
  expect(later.mock.calls).toEqual([['/runs/2']])
})

it('answers a request that came before anybody could, once and with its last subject', () => {
  request('training.resumeRun', '/runs/1')
  request('training.resumeRun', '/runs/2')
  const resume = vi.fn<(run: string) => void>()
  answerRequests({ 'training.resumeRun': resume })()
  expect(resume.mock.calls).toEqual([['/runs/2']])
  answerRequests({ 'training.resumeRun': resume })()
  expect(resume).toHaveBeenCalledTimes(1)
})
