/* Orders pairs of versions (a<TAB>b, one a line, from standard input) by the NuGet.Versioning that is part of nuget.exe:
       mcs tools/version-tables/nuget-oracle.cs -out:PROGRAM.exe && mono PROGRAM.exe NUGET.EXE
   Its types are not public there, so they are called by name. */
using System;
using System.Collections;
using System.IO;
using System.Linq;
using System.Reflection;

public static class NugetOracle {
  public static int Main(string[] args) {
    var assembly = Assembly.LoadFrom(args[0]);
    var version = assembly.GetType("NuGet.Versioning.NuGetVersion");
    if (args.Length == 2) {
      Console.WriteLine("NuGet.Versioning of nuget.exe " + assembly.GetName().Version);
      return 0;
    }
    var tryParse = version.GetMethods(BindingFlags.Public | BindingFlags.Static)
      .First(method => method.Name == "TryParse" && method.GetParameters().Length == 2);
    var comparer = assembly.GetType("NuGet.Versioning.VersionComparer");
    var standard = comparer.GetProperty("VersionRelease");
    object order = standard != null
      ? standard.GetValue(null, null)
      : comparer.GetField("VersionRelease", BindingFlags.Public | BindingFlags.Static).GetValue(null);
    var compare = comparer.GetMethods().First(method => method.Name == "Compare" && method.GetParameters().Length == 2);
    var input = new StreamReader(Console.OpenStandardInput());
    var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
    for (string line = input.ReadLine(); line != null; line = input.ReadLine()) {
      var parts = line.Split('\t');
      var parsed = parts.Select(part => {
        var call = new object[] { part, null };
        return (bool)tryParse.Invoke(null, call) ? call[1] : null;
      }).ToArray();
      if (parsed[0] == null) output.WriteLine("!" + parts[0]);
      else if (parsed[1] == null) output.WriteLine("!" + parts[1]);
      else {
        var result = (int)compare.Invoke(order, new[] { parsed[0], parsed[1] });
        output.WriteLine(result < 0 ? "<" : result > 0 ? ">" : "=");
      }
    }
    output.Flush();
    return 0;
  }
}
