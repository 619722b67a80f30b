namespace Krait.Archives.Tar;

/// <summary>Takes the members of an archive as they come.</summary>
internal interface ITarSink
{
    /// <summary>A member starts; of a file, its content follows.</summary>
    public void Begin(TarMember member);

    /// <summary>A piece of the file's content.</summary>
    public void Write(ReadOnlySpan<byte> content);

    /// <summary>The member is complete.</summary>
    public void End();
}
