// The words for how runs stand: one each, and the same in whichever way the end is learnt.
import { describe, expect, it } from 'vitest'
import { isLive, isResumable, readRunState, runStates, stateOfFailure, wordOfState } from './runStates'

describe('how a run stands', () => {
  it('is interrupted where it says that it runs and no process does', () => {
    expect(readRunState('running', false)).toBe('interrupted')
    expect(readRunState('running', true)).toBe('running')
    expect(readRunState('failed', false)).toBe('failed')
    // It is being resumed.
    expect(readRunState('stopped', true)).toBe('running')
  })

  it('is the same by the error as by the record', () => {
    expect(stateOfFailure('training.diverged')).toBe('diverged')
    expect(stateOfFailure('engine.memory')).toBe('failed')
    // The end of a killed process, whose record still says that it runs.
    expect(stateOfFailure('training.stopped')).toBe(readRunState('running', false))
  })

  it('has a word of its own for each state', () => {
    expect(new Set(runStates.map((state) => wordOfState(state).title)).size).toBe(runStates.length)
  })

  it('goes on unless it is over or would diverge again', () => {
    expect(runStates.filter(isResumable)).toEqual(['created', 'stopped', 'failed', 'interrupted'])
    expect(runStates.filter(isLive)).toEqual(['running'])
  })
})
