# netloom: in $PROFILE, write: netloom completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName netloom -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  netloom complete -- @words $word 2>$null | ForEach-Object {
    if ($_ -eq ':') { Get-ChildItem "$word*" | ForEach-Object { Resolve-Path -Relative $_ } }
    else { ($_ -split [char]9)[0] }
  }
}
