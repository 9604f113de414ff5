// Files that are built in as their text.
declare module '*?raw' {
  const text: string
  export default text
}
