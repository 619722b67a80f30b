namespace Krait.Installer.Wheels;

/// <summary>The parts that a wheel's files fall into, each with a place of its own in an environment.</summary>
public enum WheelScheme
{
    /// <summary>The wheel's root: with the modules or the compiled modules, as its WHEEL file says.</summary>
    Root,

    /// <summary>`purelib`: modules, whatever the root is.</summary>
    PureLibrary,

    /// <summary>`platlib`: compiled modules, whatever the root is.</summary>
    PlatformLibrary,

    /// <summary>`scripts`: programs.</summary>
    Scripts,

    /// <summary>`data`: files below the environment itself.</summary>
    Data,

    /// <summary>`headers`: C headers.</summary>
    Headers,
}
