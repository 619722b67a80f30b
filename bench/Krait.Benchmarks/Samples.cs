using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Benchmarks;

/// <summary>What the suites work on: the same on every machine.</summary>
internal static class Samples
{
    private static readonly string[] Shapes =
    [
        "{0}.{1}",
        "{0}.{1}.{2}",
        "{0}.{1}.{2}.{3}",
        "20{1:00}.{2}.{3}",
        "{0}.{1}rc{2}",
        "{0}.{1}a{2}.dev{3}",
        "{0}.{1}.post{2}",
        "{0}!{1}.{2}",
        "{0}.{1}.{2}+cu{3}.local",
        "v{0}.{1}-beta.{2}",
    ];

    /// <summary>Versions of all shapes, in no order.</summary>
    public static string[] Versions(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    string.Format(
                        CultureInfo.InvariantCulture,
                        Shapes[i % Shapes.Length],
                        i * 7 % 5,
                        i * 11 % 23,
                        i * 13 % 31,
                        i * 17 % 127
                    )
                ),
        ];

    /// <summary>Specifiers as packages write them.</summary>
    public static IReadOnlyList<string> Specifiers { get; } =
    [
        ">=1.0",
        ">=2.1,<3",
        "~=1.4.5",
        "!=1.5.*,>=1.2",
        "<2",
        "==3.1.*",
        ">=0.9,!=1.1,!=1.2.3,<4.0.dev0",
        ">1.0.post1,<=2.22",
        "==1.2.3",
        ">=3.8,<3.13",
    ];

    /// <summary>Markers as packages write them.</summary>
    public static IReadOnlyList<string> Markers { get; } =
    [
        "python_version < '3.9'",
        "sys_platform == 'win32'",
        "python_full_version >= '3.8.1' and platform_python_implementation != 'PyPy'",
        "extra == 'test'",
        "(sys_platform == 'linux' or sys_platform == 'darwin') and python_version >= '3.10'",
        "platform_machine == 'aarch64' or (platform_machine == 'x86_64' and sys_platform != 'win32')",
        "os_name == 'nt' and extra == 'socks'",
        "python_version >= '3.8' and python_version < '4.0' and implementation_name == 'cpython'",
        "platform_system != 'Windows' and python_version not in '3.6, 3.7'",
    ];

    /// <summary>The JSON page of a project of the recording. Digests, which the repository leaves out, are made up.</summary>
    public static byte[] JsonPage(string project)
    {
        var parts = File.ReadAllText(Path.Join(RecordedIndex.Carried.Pages, project, "index.json"))
            .Split("\"hashes\":{}");
        var text = new StringBuilder(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes(part));
            text.Append(
                CultureInfo.InvariantCulture,
                $"\"hashes\":{{\"sha256\":\"{Convert.ToHexStringLower(digest)}\"}}{part}"
            );
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The same page in HTML.</summary>
    public static byte[] HtmlPage(byte[] json)
    {
        using var page = JsonDocument.Parse(json);
        var text = new StringBuilder("<!DOCTYPE html>\n<html><body>\n");
        foreach (var file in page.RootElement.GetProperty("files").EnumerateArray())
        {
            var hash = file.GetProperty("hashes").GetProperty("sha256").GetString();
            text.Append(
                CultureInfo.InvariantCulture,
                $"<a href=\"{WebUtility.HtmlEncode(file.GetProperty("url").GetString())}#sha256={hash}\""
            );
            if (file.TryGetProperty("requires-python", out var python) && python.GetString() is { } range)
                text.Append(CultureInfo.InvariantCulture, $" data-requires-python=\"{WebUtility.HtmlEncode(range)}\"");
            text.Append(CultureInfo.InvariantCulture, $">{file.GetProperty("filename").GetString()}</a><br/>\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("</body></html>\n").ToString());
    }
}
