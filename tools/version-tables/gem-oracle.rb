# Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by RubyGems.
require "rubygems"

def order(a, b)
  versions = [a, b].map do |text|
    # RubyGems reads nothing as version 0; here it means that the version is not known.
    return "!#{text}" if text.strip.empty?
    Gem::Version.new(text)
  rescue ArgumentError
    return "!#{text}"
  end
  { -1 => "<", 0 => "=", 1 => ">" }[versions[0] <=> versions[1]]
end

if ARGV == ["--version"]
  puts "RubyGems #{Gem::VERSION} (Gem::Version)"
else
  $stdin.each_line { |line| puts order(*line.chomp("\n").split("\t", -1)) }
end
