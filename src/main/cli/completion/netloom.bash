# netloom: in ~/.bashrc, write: source <(netloom completion bash)
_netloom() {
  local word=${COMP_WORDS[COMP_CWORD]} line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == : ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
    else
      COMPREPLY+=("${line%%$'\t'*}")
    fi
  done < <(netloom complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
# A colon is part of a dataset's name (builtin:digits).
COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}
complete -F _netloom netloom
