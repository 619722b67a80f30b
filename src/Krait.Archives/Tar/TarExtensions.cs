namespace Krait.Archives.Tar;

/// <summary>
/// What the extended headers before a member say of it: at most one of each kind, and never two about one thing, since readers differ
/// in which of them they believe.
/// </summary>
internal sealed class TarExtensions
{
    /// <summary>The largest size that a header can state in octal.</summary>
    private const long LargestOctal = 0x1_FFFF_FFFF;

    private PaxRecords? pax;
    private string? name;
    private string? linkTarget;

    /// <summary>Whether there are any, so that a member must follow.</summary>
    public bool IsPending => pax is not null || name is not null || linkTarget is not null;

    /// <summary>Whether a type is one of an extended header.</summary>
    public static bool IsExtension(char type) => type is 'x' or 'g' or 'L' or 'K';

    /// <summary>Takes the body of an extended header.</summary>
    public void Take(char type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case 'x' when pax is null:
                pax = PaxRecords.Read(body);
                break;
            case 'L' when name is null:
                name = Text(body);
                break;
            case 'K' when linkTarget is null:
                linkTarget = Text(body);
                break;
            case 'g' when !IsPending:
                if (PaxRecords.Read(body).ChangesMembers)
                    throw TarHeader.Malformed("states a path or size for all members");
                break;
            default:
                throw TarHeader.Malformed("follows another extended header of the same kind");
        }
    }

    /// <summary>The member that a header and these extensions describe; the extensions are used up.</summary>
    public TarMember Apply(TarHeader header)
    {
        var isContradictory =
            (pax?.Path is not null && name is not null) || (pax?.LinkTarget is not null && linkTarget is not null);
        if (isContradictory)
            throw TarHeader.Malformed("has two extended names");
        var path = pax?.Path ?? name ?? header.Name;
        var target = pax?.LinkTarget ?? linkTarget ?? header.LinkTarget;
        var size = SizeOf(header);
        var kind = KindOf(header.Type, path);
        if (kind != TarKind.File && size != 0)
            throw TarHeader.Malformed("belongs to a link or folder, but states a size");
        var member = new TarMember(
            kind,
            kind == TarKind.Folder ? path.TrimEnd('/') : path,
            kind is TarKind.SymbolicLink or TarKind.HardLink ? target : "",
            size,
            (header.Mode & 0b001_001_001) != 0,
            pax?.Modified ?? header.Modified
        );
        (pax, name, linkTarget) = (null, null, null);
        return member;
    }

    private long SizeOf(TarHeader header)
    {
        if (pax?.Size is not { } size)
            return header.Size;
        // Writers leave the field empty where it cannot hold the number, and nowhere else.
        var agrees = size == header.Size || (header.Size == 0 && size > LargestOctal);
        return agrees ? size : throw TarHeader.Malformed("states two different sizes");
    }

    private static TarKind KindOf(char type, string path) =>
        (type, path.EndsWith('/')) switch
        {
            ('0' or '\0', false) => TarKind.File,
            ('5', _) or ('\0', true) => TarKind.Folder,
            ('1', false) => TarKind.HardLink,
            ('2', false) => TarKind.SymbolicLink,
            ('0' or '1' or '2', true) => throw TarHeader.Malformed("gives a file or link the name of a folder"),
            _ => throw UnsafeArchiveException.Because(
                "tar-kind",
                $"`{SafeText.Escape(path)}` is {Describe(type)}, not a file, folder or link"
            ),
        };

    private static string Describe(char type) =>
        type switch
        {
            '3' or '4' => "a device",
            '6' => "a named pipe",
            'S' => "a sparse file",
            _ => $"of the unknown kind `{SafeText.Escape(type.ToString())}`",
        };

    /// <summary>A name of GNU's own headers, which ends in a zero.</summary>
    private static string Text(ReadOnlySpan<byte> body)
    {
        var text = body.TrimEnd((byte)0);
        if (text.IsEmpty || text.Contains((byte)0))
            throw TarHeader.Malformed("has an empty long name, or one with a zero byte");
        return TarHeader.Decode(text, "long name");
    }
}
