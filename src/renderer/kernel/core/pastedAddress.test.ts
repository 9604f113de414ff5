// Printed addresses as people paste them: whole, with what stood around them, the key alone, and what is none.
import { describe, expect, it } from 'vitest'
import { readPastedAddress } from './pastedAddress'

const key = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE'
const read = (text: string) => readPastedAddress(text, 'http://127.0.0.1:8474')

describe('readPastedAddress', () => {
  it.each([
    `http://127.0.0.1:8474/#token=${key}`,
    `  http://127.0.0.1:8474/#token=${key}\n`,
    `$ netloom serve\nhttp://127.0.0.1:8474/#token=${key}`,
    `http://localhost:8474/#token=${key}`,
    `http://127.0.0.1:8474/?token=${key}`,
    `http://127.0.0.1:8474/#token=${key}&open=%2Fa.netloom`,
    key,
  ])('finds the key in %j', (text) => {
    expect(read(text)).toEqual({ key })
  })

  it('goes to the address of another port or machine', () => {
    for (const address of [`http://127.0.0.1:9000/#token=${key}`, `http://box.example:8474/#token=${key}`])
      expect(read(address)).toEqual({ key, address })
  })

  it.each([
    ['', /Paste the address first/],
    ['hello', /no address/],
    ['http://127.0.0.1:8474/', /no key/],
    ['http://127.0.0.1:8474/#token=', /no key/],
    [`javascript:alert(1)//#token=${key}`, /no address/],
    [`ftp://127.0.0.1/#token=${key}`, /no address/],
  ])('says what is wrong with %j', (text, says) => {
    expect(read(text)).toMatch(says)
  })
})
