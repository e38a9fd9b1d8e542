# Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by R.
if ("--version" %in% commandArgs(TRUE)) {
  cat("R", paste(R.version$major, R.version$minor, sep = "."), "(numeric_version)\n")
} else {
  order <- function(texts) {
    versions <- lapply(texts, function(text) tryCatch(numeric_version(text), error = function(e) NULL))
    for (at in 1:2) if (is.null(versions[[at]])) return(paste0("!", texts[[at]]))
    if (versions[[1]] == versions[[2]]) "=" else if (versions[[1]] < versions[[2]]) "<" else ">"
  }
  input <- file("stdin")
  lines <- readLines(input)
  close(input)
  for (line in lines) {
    tab <- regexpr("\t", line, fixed = TRUE)
    cat(order(c(substr(line, 1, tab - 1), substring(line, tab + 1))), "\n", sep = "")
  }
}
