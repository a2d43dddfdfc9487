"""An invented place to try Overt on: three boroughs, their streets, and 39 months of crimes.

Nothing here is real. The boroughs lie in the sea off the Lincolnshire coast, so that no map of
them can be taken for a map of somewhere. The same seed gives the same bytes on any machine: all
drawing is whole-number arithmetic on raw PCG64 output, nothing reads a clock, and the one step in
floating point (positions to longitude and latitude) is rounded to six decimals, or seven.

`plan` is the drawing that everything follows from, `land` turns it into boundaries, `streets`
into snap points and `ways` into roads; `sites` puts schools and the like beside them, `crimes`
gives monthly counts and rows, and `folder` writes the files.
"""
