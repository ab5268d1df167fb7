package chatd.engine.port;

import chatd.core.part.EncodedPart;
import chatd.core.part.Part;

/// Encodes a part once, for everybody. The engine itself knows no encoding.
public interface PartEncoder {
  EncodedPart encode(Part part);
}
