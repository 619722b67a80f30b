namespace Krait.Packaging.Text;

/// <summary>What a diagnostic is about, where something depends on it.</summary>
public enum DiagnosticTopic
{
    /// <summary>Anything: nobody looks for it.</summary>
    Other,

    /// <summary>Two packages bring different files of one name.</summary>
    FileConflict,

    /// <summary>The RECORD of a wheel is wrong.</summary>
    Record,

    /// <summary>A file on a page belongs to another project.</summary>
    OtherProject,

    /// <summary>Whether a release was withdrawn could not be found out.</summary>
    UnknownRemoval,
}
